SELECT 'alice@example.com';
