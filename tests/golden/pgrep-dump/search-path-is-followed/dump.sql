SET search_path = one, two;
CREATE TABLE a ();
SET search_path TO 'two';
CREATE TABLE b ();
RESET search_path;
CREATE TABLE c ();
SET search_path = "Odd One";
CREATE TABLE d ();
\connect x
CREATE TABLE e ();
SET search_path = "$user", public;
CREATE TABLE f ();
