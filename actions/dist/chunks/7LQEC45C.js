const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./2ZVY3NNC.js";import"./36C5MGB4.js";import"./YE3I5HDP.js";import"./Z5ORZF2Z.js";import"./AH327NTI.js";import"./CUO3CJLF.js";import"./7HTSRQTJ.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as fromTokenFile,a as fromWebToken};
