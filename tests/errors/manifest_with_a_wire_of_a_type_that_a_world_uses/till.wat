(component
  (import "shop:till/money" (instance $money
    (type $r (record (field "cents" u32)))
    (export "amount" (type (eq $r)))))
  (alias export $money "amount" (type $a))
  (import "amount" (type $amount (eq $a)))
  (import "pay" (func (param "of" $amount) (result u32))))
