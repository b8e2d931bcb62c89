const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./NIR2GSPQ.js";import"./BDSUXXHN.js";import"./MKJ3OMNS.js";import"./F3FMWY4L.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
