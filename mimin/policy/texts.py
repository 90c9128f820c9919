"""What citizens are told until a Pemda has words of its own: in the language of citizens, with holes to fill in."""

from __future__ import annotations

INTERIM = (
    "Terima kasih, laporan Anda sudah kami catat dengan nomor {number} dan sedang diperiksa {unit}. "
    "Jawaban lengkap belum dapat kami berikan sekarang; paling lambat {until} kami mengabari Anda di sini."
)
SCHEDULED = (
    "Laporan {number} sudah kami jadwalkan: {what}. Pelaksana: {who}, paling lambat {until}{budget}. "
    "Kami mengabari Anda di sini bila sudah dikerjakan atau bila jadwalnya berubah."
)
PUT_OFF = "Mohon maaf, jadwal untuk laporan {number} berubah: {what}, paling lambat {until}{budget}. Sebabnya: {why}."
DROPPED = "Mohon maaf, rencana untuk laporan {number} tidak dapat kami jalankan. Sebabnya: {why}."
DONE = "Laporan {number} sudah selesai dikerjakan: {what}. Bila belum sesuai, balas di sini; laporan kami buka lagi."
REFERRED = "Laporan {number} bukan kewenangan kami; yang berwenang adalah {outside}{outside_number}."
PASSED_ON = (
    "Laporan {number} sekarang ditangani {unit}. Anda tidak perlu melapor lagi; {unit} menjawab di sini "
    "paling lambat {until}."
)
WITHDRAWN = (
    "Laporan {number} kami tutup karena Anda menariknya kembali. "
    "Bila masih diperlukan, balas di sini; laporan kami buka lagi."
)
IMPOSSIBLE = (
    "Mohon maaf, laporan {number} kami tutup karena tidak dapat dikerjakan. Sebabnya: {why}. "
    "Bila ada keterangan baru, balas di sini; laporan kami buka lagi."
)
RECEIPT = "Laporan Anda kami terima dengan nomor {number} dan ditangani {unit}. Jawaban pertama paling lambat {until}."
