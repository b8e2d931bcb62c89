const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./G7BDOINQ.js";import"./2JUX4JTM.js";import"./GYVTCGJY.js";import"./AAOY2JA5.js";import"./XVOKHJPK.js";import"./5V5TCXFV.js";import"./7HTSRQTJ.js";import"./AZBR4IOH.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{a as Beanstalk};
