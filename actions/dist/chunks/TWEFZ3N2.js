const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./YXHAW45E.js";import"./SRGQBRPZ.js";import"./BDSUXXHN.js";import"./5HS2NHPB.js";import"./3ZXAKFCM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
