const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./UFE22J3I.js";import"./SRGQBRPZ.js";import"./BDSUXXHN.js";import"./UOC4HIOF.js";import"./MOIAQJSU.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
