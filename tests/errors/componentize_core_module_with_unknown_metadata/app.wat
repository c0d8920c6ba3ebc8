(module (@custom "component-type:app" "\02\00\03app"))
