SELECT 1;
GRANT SELECT ON TABLE public.t TO reader_00, reader_01, reader_02, reader_03, reader_04, reader_05, reader_06, reader_07, reader_08, reader_09, reader_10, reader_11, reader_12, reader_13, reader_14, reader_15, reader_16, reader_17, reader_18, reader_19 GRANTED BY rdsadmin;
GRANT SELECT ON TABLE public.t TO app GRANTED BY rdsadmin;
