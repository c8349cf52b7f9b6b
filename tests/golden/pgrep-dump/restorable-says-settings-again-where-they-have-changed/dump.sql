SET check_function_bodies = false;
SET search_path = one;
CREATE TABLE a ();
SET search_path = two;
CREATE TABLE b ();
SET work_mem = '1MB';
CREATE TABLE d ();
RESET work_mem;
CREATE TABLE e ();
