const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./4HZFK7ME.js";import"./BATWIIML.js";import"./FNLX73W7.js";import"./PHD7KEKC.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./UDYYA3DK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
