COPY nosuch FROM stdin;
CREATE TABLE z();
