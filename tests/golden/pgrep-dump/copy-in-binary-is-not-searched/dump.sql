COPY t (a) FROM stdin WITH (FORMAT binary);
xyz
