const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{k as a}from"./X5LBIEQM.js";import"./2PD2RSI2.js";export default a();
