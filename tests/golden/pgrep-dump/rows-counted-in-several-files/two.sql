SELECT 'alice';
