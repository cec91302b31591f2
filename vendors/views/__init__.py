"""The admin's own pages about vendor rows; the only part of vendors that looks across features."""
