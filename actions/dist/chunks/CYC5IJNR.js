const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./QRWTYSZA.js";import"./HSKZIWES.js";import"./FNLX73W7.js";import"./E7OACFL5.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./CT45AYOE.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
