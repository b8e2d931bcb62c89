const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as a}from"./U7WR4J3F.js";import"./VWRC5EHG.js";export default a();
