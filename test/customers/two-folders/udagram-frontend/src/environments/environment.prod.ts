export const environment = {
  production: true,
  apiHost: 'http://udagram-prod.eba-2yqsdh8b.us-east-1.elasticbeanstalk.com/api/v0',
};
