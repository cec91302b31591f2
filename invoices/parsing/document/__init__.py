"""Opening documents: whatever came, as parts of lines of cells."""
