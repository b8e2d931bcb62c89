const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./6IAUD646.js";import"./C73PDFTL.js";import"./FMQQOXTL.js";import"./Z5V6EHKJ.js";import"./OTBSXWR7.js";import"./EUA5X3LP.js";import"./7HTSRQTJ.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{b as fromTokenFile,a as fromWebToken};
