;; The adapter imports and exports the types, which have nearly the size that the validator allows.
(component
 (import "t:p/i" (instance
  (type $t0 (record (field "a" (option u32)) (field "b" (option u32)))) (export "t0" (type $e0 (eq $t0)))
  (type $t1 (record (field "a" (option $e0)) (field "b" (option $e0)))) (export "t1" (type $e1 (eq $t1)))
  (type $t2 (record (field "a" (option $e1)) (field "b" (option $e1)))) (export "t2" (type $e2 (eq $t2)))
  (type $t3 (record (field "a" (option $e2)) (field "b" (option $e2)))) (export "t3" (type $e3 (eq $t3)))
  (type $t4 (record (field "a" (option $e3)) (field "b" (option $e3)))) (export "t4" (type $e4 (eq $t4)))
  (type $t5 (record (field "a" (option $e4)) (field "b" (option $e4)))) (export "t5" (type $e5 (eq $t5)))
  (type $t6 (record (field "a" (option $e5)) (field "b" (option $e5)))) (export "t6" (type $e6 (eq $t6)))
  (type $t7 (record (field "a" (option $e6)) (field "b" (option $e6)))) (export "t7" (type $e7 (eq $t7)))
  (type $t8 (record (field "a" (option $e7)) (field "b" (option $e7)))) (export "t8" (type $e8 (eq $t8)))
  (type $t9 (record (field "a" (option $e8)) (field "b" (option $e8)))) (export "t9" (type $e9 (eq $t9)))
  (type $t10 (record (field "a" (option $e9)) (field "b" (option $e9)))) (export "t10" (type $e10 (eq $t10)))
  (type $t11 (record (field "a" (option $e10)) (field "b" (option $e10)))) (export "t11" (type $e11 (eq $t11)))
  (type $t12 (record (field "a" (option $e11)) (field "b" (option $e11)))) (export "t12" (type $e12 (eq $t12)))
  (type $t13 (record (field "a" (option $e12)) (field "b" (option $e12)))) (export "t13" (type $e13 (eq $t13)))
  (type $t14 (record (field "a" (option $e13)) (field "b" (option $e13)))) (export "t14" (type $e14 (eq $t14)))
  (export "f" (func (param "x" $e14) (result $e14))) (export "g" (func (result u32))))))
