INSERT INTO t VALUES (1, 'a@b.c'), (2, 'd@e.f');
