COPY t FROM stdin (FORMAT binary);
