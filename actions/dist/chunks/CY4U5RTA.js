const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as n}from"./D5PWSGI7.js";import{a as t}from"./VWRC5EHG.js";function o(e){return e.endpoint===void 0?new n(e):new n({...e,forcePathStyle:!0,requestChecksumCalculation:"WHEN_REQUIRED",responseChecksumValidation:"WHEN_REQUIRED"})}t(o,"s3Client");export{o as a};
