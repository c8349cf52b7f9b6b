SELECT '-x';
