const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as r}from"./VWRC5EHG.js";var a=r(t=>{let e=t.replace(/\/+$/,"");if(/^(\/[\w.~-]+)*$/.test(e)&&t!==""&&!/\/\.{1,2}(\/|$)/.test(e))return e;throw new Error("must be a path such as /api, or / for an API that has an address to itself")},"apiPath");function o(t){return`${t}/.release.json`}r(o,"releaseLocation");var s=".platform/nginx/conf.d/elasticbeanstalk/pipeline-release.conf";function i(t,e){let n=`# Made by the pipeline: says which version of the API this instance has.
location = ${o(t)} {
    default_type application/json;
    add_header Cache-Control no-store always;
    return 200 '{"version":"${e}"}';
}
`;return{name:s,mode:420,content:Buffer.from(n)}}r(i,"releaseLocationEntry");export{a,o as b,s as c,i as d};
