(component
  (import "acme:shop/stock@0.1.0" (instance
    (type $item (record (field "name" string) (field "price" u32)))
    (export "item" (type $named (eq $item)))
    (export "first" (func (result $named))))))
