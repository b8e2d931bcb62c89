const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./3SFHV3DM.js";import"./BDSUXXHN.js";import"./EHXSQY3T.js";import"./LWUUL6QI.js";import"./EWIORAPK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
