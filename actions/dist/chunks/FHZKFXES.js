const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./FWNNNDLB.js";import"./MVZ66WQP.js";import"./FNLX73W7.js";import"./N4VX7BJH.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./NLZJO3ZO.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
