const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./CG4ORTTE.js";import"./MA6VX5GK.js";import"./FSOFUAD3.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./D4IZF4AM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
