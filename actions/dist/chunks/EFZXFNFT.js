const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./VY23P75R.js";import"./KEITX7XB.js";import"./FNLX73W7.js";import"./LKC5Y25Y.js";import"./YE3I5HDP.js";import"./AH327NTI.js";import"./7HTSRQTJ.js";import"./4R5ZBMKT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as Beanstalk};
