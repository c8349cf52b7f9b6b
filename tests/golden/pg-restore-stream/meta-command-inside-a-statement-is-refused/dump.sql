SELECT 1 \i other.sql
, 2;
