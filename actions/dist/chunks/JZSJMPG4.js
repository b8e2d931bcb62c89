const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{k as a}from"./U7WR4J3F.js";import"./VWRC5EHG.js";export default a();
