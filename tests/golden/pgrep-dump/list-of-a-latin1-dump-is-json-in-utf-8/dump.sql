SET client_encoding = 'LATIN1';
CREATE TABLE public."café" (i int);
