const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
