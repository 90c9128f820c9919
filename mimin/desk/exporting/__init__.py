"""What leaves as a file or for another system's form: cases in the national export's columns, and the copy sheet."""
