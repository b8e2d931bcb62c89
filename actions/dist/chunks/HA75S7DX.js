const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
var e=["AccessShare","RowShare","RowExclusive","ShareUpdateExclusive","Share","ShareRowExclusive","Exclusive","AccessExclusive"];export{e as a};
