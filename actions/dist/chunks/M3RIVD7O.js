const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./VKGF44GS.js";import"./FH7Q2PA2.js";import"./GYVTCGJY.js";import"./66KSS5V2.js";import"./XVOKHJPK.js";import"./5V5TCXFV.js";import"./7HTSRQTJ.js";import"./ONABLV4P.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{a as Beanstalk};
