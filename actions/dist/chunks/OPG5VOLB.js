const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./JT47XMIM.js";import"./623VGUUI.js";import"./E5FMI6GT.js";import"./SQ4GIDLS.js";import"./3QZEYRL6.js";import"./BQ7XA6KM.js";import"./7HTSRQTJ.js";import"./VWRC5EHG.js";export{b as fromTokenFile,a as fromWebToken};
