(component
  (import "host" (instance $host
    (type $item (record (field "name" string) (field "price" f64)))
    (export "item" (type $named (eq $item)))
    (export "first" (func (result $named)))))
  (alias export $host "item" (type $item))
  (alias export $host "first" (func $first))
  (instance $stock (export "item" (type $item)) (export "first" (func $first)))
  (export "acme:shop/stock@0.1.0" (instance $stock)))
