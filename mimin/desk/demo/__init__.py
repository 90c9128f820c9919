"""The demonstration Pemda, Kabupaten Contoh: its units, channels, staff and what its citizens write."""
