const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./HFMXS4EU.js";import"./NVSWEE5Y.js";import"./FNLX73W7.js";import"./JPOYQ6LD.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./AA2HIGGG.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
