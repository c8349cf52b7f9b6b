SELECT ':x', a::int, b[1:2], :x;
SELECT ':USER', $$:USER$$, ":USER", a::USER /* :USER */ -- :USER
;
LISTEN probe;
