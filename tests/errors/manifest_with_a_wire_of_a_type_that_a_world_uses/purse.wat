(component
  (component $c (type $r (record (field "cents" u32))) (export "amount" (type $r)))
  (instance $money (instantiate $c))
  (export "shop:till/money" (instance $money)))
