CREATE ROLE "100%"; CREATE ROLE "a$$b"; CREATE ROLE "it's";
CREATE ROLE "a$do$b";
CREATE ROLE "two
lines";
