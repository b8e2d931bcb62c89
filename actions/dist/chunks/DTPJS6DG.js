const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./XCOIX57Q.js";import"./HZLUGHD6.js";import"./FNLX73W7.js";import"./7MNYSRPY.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./F3FMWY4L.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
