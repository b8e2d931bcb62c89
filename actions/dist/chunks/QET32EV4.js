const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./7M3FY3RK.js";import"./MPKSBQ2Z.js";import"./FNLX73W7.js";import"./T4RP7UHG.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./QSH3LANZ.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
