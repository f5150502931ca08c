"""What people do with filings. Guards, locks and the log are here and nowhere else."""
