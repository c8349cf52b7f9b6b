SELECT U&"d\0061t;a", U&'!0041;' UESCAPE '!' FROM s;
SELECT U&'C:\';
LISTEN probe;
SELECT u&"C:\";
LISTEN probe;
