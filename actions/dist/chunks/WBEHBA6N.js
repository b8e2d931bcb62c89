const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./GM7MKKB7.js";import"./SRGQBRPZ.js";import"./BDSUXXHN.js";import"./ZFEAFDKN.js";import"./EXE45ZWN.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
